/** `nadir heights`: a surface model as heights above the ground, as models are given them. */
import { resolve } from "node:path";
import { closingAll } from "../../core/closing";
import { aboveGround, findHeightBase } from "../../io/above-ground";
import { writeHeightsCog } from "../../io/write-heights";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { UsageError } from "../exit-codes";
import { openRasterFile } from "../file-blob";
import { createDiskSink } from "../file-sink";
import { RunFolder } from "../journal";
import { readOptions, required } from "../read-options";

export const heights: Command = {
  usage: `Usage: nadir heights --dsm FILE --out FILE [--dtm FILE]

Heights above the ground in metres, as GeoTIFF on the DSM's grid: the DSM minus the DTM, or minus the ground that is
found under it (docs/heights.md). The heights a model gets that asks for them, rounded
to the millimetre.

  --dsm FILE  surface model
  --dtm FILE  terrain model, on any grid
  --out FILE  height above ground, Cloud Optimised GeoTIFF`,

  async run(args, io) {
    const { values, positionals } = readOptions(args, {
      dsm: { type: "string" },
      dtm: { type: "string" },
      out: { type: "string" },
    });
    if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not an option.`);
    const [dsm, out] = [required(values.dsm, "dsm"), required(values.out, "out")];
    const inputs = [
      { name: "--dsm", path: dsm },
      ...(values.dtm === undefined ? [] : [{ name: "--dtm", path: values.dtm }]),
    ];
    printNotes(io, await requireOutputs([{ name: "--out", path: out }], inputs, RunFolder.of(out).path));
    await closingAll(async (keep) => {
      const surface = keep(await openRasterFile(dsm));
      const terrain = values.dtm === undefined ? null : keep(await openRasterFile(values.dtm));
      const base = await findHeightBase(surface, terrain, io.signal);
      printNotes(io, base.notes);
      const source = aboveGround(surface, terrain, base);
      const sink = await createDiskSink(out);
      try {
        await writeHeightsCog(source, sink, io.signal);
      } catch (error) {
        await sink.discard();
        throw error;
      }
      printLine(io.stdout, resolve(out));
    });
  },
};
