"""Run ONNX files on onnxruntime's WebGPU provider, from Python, through Node.

The provider is the one browsers get (`onnxruntime-node` holds the same C++), so an operator without
a kernel, a wrong kernel and the number of dispatches show here. Without a GPU it runs on
SwiftShader, the software Vulkan driver that comes with Chromium.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("webgpu_run.mjs")
RUN_MARK = "=== run ==="
END_MARK = "=== ran ==="
SHAPE_MARK = '{"shape"'
DISPATCH = re.compile(r'Starting program "(\w+)')
DRIVER = "vk_swiftshader_icd.json"


class WebGpuUnavailable(Exception):
    """There is no Node, no onnxruntime-node or no adapter; the message says which."""


@dataclass(frozen=True)
class WebGpuRun:
    """Output of one run, and how often each GPU program was dispatched."""

    output: np.ndarray
    dispatches: Counter


def software_driver() -> Path | None:
    """SwiftShader's driver file beside some installed Chromium, if any."""
    caches = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright")
    browsers = [*Path("/usr/lib").glob("chromium*"), *Path(caches).glob("chromium*/chrome-linux*")]
    return next((folder / DRIVER for folder in browsers if (folder / DRIVER).is_file()), None)


def environment() -> dict[str, str]:
    """Variables for Node: where the project is, and the software driver unless one is chosen."""
    variables = {**os.environ, "NADIR_ROOT": str(PROJECT)}
    driver = software_driver()
    if driver and "VK_ICD_FILENAMES" not in os.environ:
        variables["VK_ICD_FILENAMES"] = str(driver)
        # Chromium's folder also holds a Vulkan loader, for systems that have none.
        libraries = [variables.get("LD_LIBRARY_PATH"), str(driver.parent)]
        variables["LD_LIBRARY_PATH"] = ":".join(part for part in libraries if part)
    return variables


Feeds = Mapping[str, np.ndarray]


def run_on_webgpu(
    model: Path, feeds: Feeds, *, allow_cpu: bool = False, timeout_s: int = 3600
) -> WebGpuRun:
    """Run once; operators without a WebGPU kernel are an error unless `allow_cpu`.

    WebGpuUnavailable when nothing can run here at all, RuntimeError when this model cannot.
    """
    return run_all_on_webgpu([(model, feeds)], allow_cpu=allow_cpu, timeout_s=timeout_s)[0]


def run_all_on_webgpu(
    jobs: Sequence[tuple[Path, Feeds]], *, allow_cpu: bool = False, timeout_s: int = 3600
) -> list[WebGpuRun]:
    """Run several files one after the other, as `run_on_webgpu` runs one.

    They share a process, which compiles a GPU program once for all of them.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        done = subprocess.run(
            node_command(jobs, folder, allow_cpu),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )
        told = [line for line in done.stdout.splitlines() if line.startswith(SHAPE_MARK)]
        if done.returncode:
            raise failure(jobs[min(len(told), len(jobs) - 1)][0], done.stderr)
        shapes = [json.loads(line)["shape"] for line in told]
        logs = [part.split(END_MARK, 1)[0] for part in done.stderr.split(RUN_MARK)[1:]]
        return [
            WebGpuRun(
                np.fromfile(output_path(folder, index), "<f4").reshape(shape),
                Counter(DISPATCH.findall(log)),
            )
            for index, (shape, log) in enumerate(zip(shapes, logs, strict=True))
        ]


def count_until(model: Path, feeds: Feeds, last_program: str) -> Counter:
    """Dispatches of one run before `last_program` is; no result is waited for.

    The provider records all dispatches long before a slow adapter has computed them. Operators
    without a kernel may run on the CPU. Errors as in `run_on_webgpu`.
    """
    with tempfile.TemporaryDirectory() as name:
        command = node_command([(model, feeds)], Path(name), allow_cpu=True)
        process = subprocess.Popen(
            command,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        log: list[str] = []
        programs: Counter = Counter()
        running = False
        with process:
            for line in process.stderr or ():
                running = running or RUN_MARK in line
                found = DISPATCH.findall(line) if running else []
                if last_program in found:
                    process.kill()
                    return programs
                programs.update(found)
                log.append(line)
        raise failure(model, "".join(log))


def output_path(folder: Path, index: int) -> Path:
    """Where the output of a job lies."""
    return folder / f"{index}.output.bin"


def node_command(jobs: Sequence[tuple[Path, Feeds]], folder: Path, allow_cpu: bool) -> list[str]:
    """Write the feeds into the folder; what to start so that the outputs appear beside them."""
    node = shutil.which("node")
    if node is None:
        raise WebGpuUnavailable("Node is not installed")
    if not (PROJECT / "node_modules" / "onnxruntime-node").is_dir():
        raise WebGpuUnavailable("onnxruntime-node is not installed; run npm ci")
    entries = []
    for index, (model, feeds) in enumerate(jobs):
        told = {}
        for key, array in feeds.items():
            path = folder / f"{index}.{key}.bin"
            path.write_bytes(np.ascontiguousarray(array, "<f4").tobytes())
            told[key] = {"shape": list(array.shape), "file": str(path)}
        output = str(output_path(folder, index))
        entries.append({"model": str(model), "feeds": told, "output": output})
    (folder / "jobs.json").write_text(json.dumps(entries))
    flags = ["--allow-cpu"] if allow_cpu else []
    return [node, str(SCRIPT), str(folder / "jobs.json"), *flags]


def failure(model: Path, log: str) -> Exception:
    """What went wrong, from what Node and the runtime wrote."""
    if "Failed to get a WebGPU adapter" in log:
        return WebGpuUnavailable("no WebGPU adapter: neither a GPU nor SwiftShader was found")
    line = next((line for line in log.splitlines() if "Error:" in line), log[-500:])
    return RuntimeError(f"{model} does not run on WebGPU: {line}")
