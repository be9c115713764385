#!/bin/sh
# Makes the bank, trains every shipped network and the trials beside them, scores them, exports them.
#
#   sh train-all.sh OUT [DATA]
#
# OUT takes banks, checkpoints, reports and exports; nothing of it belongs into the repository. DATA
# holds `scenes/burgundy`, `poitou`, `autzen` and `rgb-buildings/`; without it there is no photo branch and
# no score on real ground. The same call goes on where the last one stopped, however it ended.
#
#   MINUTES=9    ends a training after so long, with exit code 75 when there is more to do
#   THREADS=1    of PyTorch
#   DEVICE=auto  auto, cpu or cuda
#   ONLY=nanos   nanos, trials, emsnet, transformers, or all (the default)
#   INIT=FOLDER  begins the large networks from FOLDER/emsnet.pt, mobanet.pt and mfnet.pt, weights of
#                an earlier release, where there are such files
#   BASE_STEPS=3000, TRANSFORMER_STEPS=4000, NANO_STEPS=2000  steps of a training
#                (the nanos of the transformers take 9/4 of theirs, that of MFNet as many again;
#                the transformers go on for 3/10 of theirs, taught by EMSNet nano)
#   ALONE=1      they go on without a teacher
#   TINY=1       everything once at a size that takes a few minutes, to see that it works
set -eu

OUT=${1:?"say where to put everything: sh train-all.sh OUT [DATA]"}
DATA=${2:-}
THREADS=${THREADS:-1}
DEVICE=${DEVICE:-auto}
ONLY=${ONLY:-all}
PYTHON=${PYTHON:-.venv/bin/python}
export OMP_NUM_THREADS="$THREADS"

VERSION=2.0.0
SCENES=400 SCENE_PX=640 VALIDATION=16 HELD_OUT=20 HELD_OUT_PX=512 BATCH=
NANO_STEPS=${NANO_STEPS:-2000} BASE_STEPS=${BASE_STEPS:-3000}
TRANSFORMER_STEPS=${TRANSFORMER_STEPS:-4000}
if [ -n "${TINY:-}" ]; then
  SCENES=2 SCENE_PX=288 VALIDATION=1 HELD_OUT=1 HELD_OUT_PX=128 NANO_STEPS=2 BASE_STEPS=1
  TRANSFORMER_STEPS=1 BATCH="--batch 2"
fi

PHOTOS=
CREDIT="imagery OpenAerialMap (CC BY 4.0), outlines OpenStreetMap contributors (ODbL)"
[ -n "$DATA" ] && [ -d "$DATA/rgb-buildings" ] && PHOTOS=$DATA/rgb-buildings
mkdir -p "$OUT/reports"

# train NAME NETWORK VARIANT RECIPE STEPS [MORE...]
train() {
  name=$1 network=$2 variant=$3 recipe=$4 steps=$5
  shift 5
  [ -f "$OUT/$name/finished" ] && return
  echo "== training $name"
  # shellcheck disable=SC2086
  $PYTHON -m nadir_models train --network "$network" --variant "$variant" --recipe "$recipe" \
    --steps "$steps" --out "$OUT/$name" --bank "$OUT/bank" --bank-scenes $SCENES \
    --bank-size $SCENE_PX --validation-scenes $VALIDATION --validate-every 500 --save-every 50 \
    --threads "$THREADS" --device "$DEVICE" ${MINUTES:+--minutes "$MINUTES"} $BATCH "$@" \
    > "$OUT/$name.part.log"
  cat "$OUT/$name.part.log" >> "$OUT/$name.log"
  if [ "$(tail -n 1 "$OUT/$name.part.log")" != finished ]; then
    echo "$name has more to do; the same call goes on"
    exit 75
  fi
  touch "$OUT/$name/finished"
}

# offset NAME CLASS=NUMBER...: what is scored and shipped from here on
offset() {
  name=$1
  shift
  [ -f "$OUT/$name/offset.pt" ] && return
  $PYTHON -m nadir_models offset --checkpoint "$OUT/$name/weights.pt" --out "$OUT/$name/offset.pt" "$@"
}

# weights_of NAME
weights_of() {
  if [ -f "$OUT/$1/offset.pt" ]; then echo "$OUT/$1/offset.pt"; else echo "$OUT/$1/weights.pt"; fi
}

# with_photos NAME NETWORK VARIANT RECIPE STEPS [MORE...]
with_photos() {
  if [ -n "$PHOTOS" ]; then
    train "$@" --photos "$PHOTOS" --photo-pixel 0.132 --photo-credit "$CREDIT"
  else
    train "$@"
  fi
}

# evaluate NAME STRIDE REPORT [MORE...]
evaluate() {
  report=$OUT/reports/$1-$3.json
  [ -f "$report" ] && return
  name=$1 stride=$2
  shift 3
  $PYTHON -m nadir_models evaluate --checkpoint "$(weights_of "$name")" --stride "$stride" \
    --pixel-size 0.2 --threads "$THREADS" --report "$report" "$@"
}

# score NAME STRIDE: with heights and without, wherever there is a truth
score() {
  for how in "" --flat-dsm; do
    evaluate "$1" "$2" "synthetic$how" --seeds $HELD_OUT --size $HELD_OUT_PX $how
    for scene in burgundy poitou autzen; do
      [ -d "$DATA/scenes/$scene" ] || continue
      evaluate "$1" "$2" "$scene$how" --data "$DATA/scenes/$scene" --lidar-labels $how
    done
  done
  if [ -n "$PHOTOS" ]; then
    evaluate "$1" "$2" photos --data "$PHOTOS" --outlines 0.132 --split test --flat-dsm
  fi
}

# reports_of NAME: those that exist, with heights first
reports_of() {
  for how in "" --flat-dsm; do
    for what in synthetic burgundy poitou autzen photos; do
      report=$OUT/reports/$1-$what$how.json
      if [ -f "$report" ]; then echo "$report"; fi
    done
  done
}

# ship NAME NETWORK VARIANT STRIDE: scored and exported
ship() {
  score "$1" "$4"
  [ -f "$OUT/zoo/$1.onnx" ] && return
  # shellcheck disable=SC2046
  $PYTHON -m nadir_models export --network "$2" --variant "$3" --id "$1" --version "$VERSION" \
    --checkpoint "$(weights_of "$1")" --out "$OUT/zoo" --scores $(reports_of "$1")
}

# begin NAME: how a large network begins
begin() {
  if [ -n "${INIT:-}" ] && [ -f "$INIT/$1.pt" ]; then echo "--init $INIT/$1.pt"; fi
}

# teacher: EMSNet nano as it came out here, else as it is shipped. It costs a step next to nothing.
teacher() {
  [ -n "${ALONE:-}" ] && return
  taught_by=$OUT/emsnet-nano/offset.pt
  if [ ! -f "$taught_by" ]; then
    taught_by=$OUT/shipped-emsnet-nano.pt
    [ -f "$taught_by" ] || $PYTHON -m nadir_models restore --onnx zoo/emsnet-nano.onnx --out "$taught_by" >&2
  fi
  echo "--teacher $taught_by"
}

wanted() { [ "$ONLY" = all ] || [ "$ONLY" = "$1" ]; }

if wanted nanos; then
  for network in emsnet mobanet mfnet; do
    # Those of the transformers are longer in learning to tell trees from low vegetation.
    steps=$NANO_STEPS more=
    [ $network = emsnet ] || steps=$((NANO_STEPS * 9 / 4))
    if [ $network = mfnet ]; then
      with_photos mfnet-nano-first mfnet nano nano "$steps"
      steps=$NANO_STEPS more="--init $OUT/mfnet-nano-first/weights.pt --learning-rate 7e-4"
    fi
    # shellcheck disable=SC2086
    with_photos "$network-nano" $network nano nano "$steps" $more
    [ $network = emsnet ] && offset emsnet-nano car=-1
    ship "$network-nano" $network nano 32
  done
fi
if wanted trials; then
  train trial-no-photos emsnet nano nano $NANO_STEPS
  score trial-no-photos 32
  train trial-mixed emsnet nano nano $NANO_STEPS --problem mixed
  score trial-mixed 32
  with_photos trial-masked mobanet nano nano $NANO_STEPS
  score trial-masked 32
  with_photos trial-unmasked mobanet nano nano $NANO_STEPS --unmasked
  score trial-unmasked 32
fi
if wanted emsnet; then
  # shellcheck disable=SC2046
  with_photos emsnet emsnet base scenes "$BASE_STEPS" $(begin emsnet)
  offset emsnet clutter=-3 car=-1
  ship emsnet emsnet base 128
fi
if wanted transformers; then
  teacher=$(teacher)
  for network in mobanet mfnet; do
    variant=dinov2_vitt14
    [ $network = mfnet ] && variant=vit_t_adpt
    # shellcheck disable=SC2046
    with_photos "$network-first" $network $variant scenes "$TRANSFORMER_STEPS" $(begin $network)
    # shellcheck disable=SC2086
    with_photos $network $network $variant scenes $(((TRANSFORMER_STEPS * 3 + 9) / 10)) \
      --init "$OUT/$network-first/weights.pt" --learning-rate 5e-4 $teacher
    ship $network $network $variant 128
  done
fi
$PYTHON -m nadir_models table "$OUT/reports"
echo "all done: $OUT/zoo and $OUT/reports"
