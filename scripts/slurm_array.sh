#!/usr/bin/env bash
#SBATCH --job-name=fiji-colorize
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --output=fiji-colorize-%A_%a.log
# Colorizes a folder as a SLURM array job; each task colorizes its share of the images. Run in the project folder:
#   scripts/fiji-colorize --version      builds the jar; needs a network
#   sbatch scripts/slurm_array.sh INPUTFOLDER OUTPUTFOLDER [OPTION OF fiji-colorize colorize]...
# Other numbers of tasks: sbatch --array=1-32 ... One GPU per task: sbatch --gres=gpu:1 ...
# Existing results are skipped, so a job that failed in part can be submitted again. Submit the whole array, because the shares
# depend on the number of tasks.
# SLURM runs a copy of this file, which looks for the launcher in the folder where sbatch was called. FIJI_COLORIZE sets another.
set -euo pipefail

if [ $# -lt 2 ]; then
	echo "usage: sbatch scripts/slurm_array.sh INPUTFOLDER OUTPUTFOLDER [OPTION]..." >&2
	exit 2
fi
: "${SLURM_ARRAY_TASK_ID:?is not set: submit this file with sbatch, or set the variables of an array job by hand}"
: "${SLURM_ARRAY_TASK_COUNT:?is not set: submit this file with sbatch, or set the variables of an array job by hand}"

launcher=${FIJI_COLORIZE:-${SLURM_SUBMIT_DIR:-.}/scripts/fiji-colorize}
# Array indices may start at 0, shares start at 1.
share=$((SLURM_ARRAY_TASK_ID - ${SLURM_ARRAY_TASK_MIN:-1} + 1))
input=$1
output=$2
shift 2

mkdir -p "$output"
exec "$launcher" colorize "$input" -o "$output" --shard "$share/$SLURM_ARRAY_TASK_COUNT" \
	--report "$output/report-$share-of-$SLURM_ARRAY_TASK_COUNT.json" "$@"
