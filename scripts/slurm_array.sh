#!/usr/bin/env bash
#SBATCH --job-name=fiji-colorize
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --output=fiji-colorize-%A_%a.log
# Colorizes a folder as a SLURM array job: each task does its share of the images. From the project's folder:
#   scripts/fiji-colorize --version      builds the jar once, where there is a network
#   sbatch scripts/slurm_array.sh INPUTFOLDER OUTPUTFOLDER [OPTION OF fiji-colorize colorize]...
# For another number of tasks: sbatch --array=1-32 ... For GPUs, one for each task: sbatch --gres=gpu:1 ...
# What is done is skipped, so a job that failed in part is submitted again as it was, with the whole array: the shares
# depend on the number of tasks.
# SLURM runs a copy of this file, so it looks for the launcher where sbatch was called; FIJI_COLORIZE names another one.
set -euo pipefail

if [ $# -lt 2 ]; then
	echo "usage: sbatch scripts/slurm_array.sh INPUTFOLDER OUTPUTFOLDER [OPTION]..." >&2
	exit 2
fi
: "${SLURM_ARRAY_TASK_ID:?is not set: submit this file with sbatch, or set the variables of an array job by hand}"
: "${SLURM_ARRAY_TASK_COUNT:?is not set: submit this file with sbatch, or set the variables of an array job by hand}"

launcher=${FIJI_COLORIZE:-${SLURM_SUBMIT_DIR:-.}/scripts/fiji-colorize}
# Arrays may begin at 0, shares begin at 1.
share=$((SLURM_ARRAY_TASK_ID - ${SLURM_ARRAY_TASK_MIN:-1} + 1))
input=$1
output=$2
shift 2

mkdir -p "$output"
exec "$launcher" colorize "$input" -o "$output" --shard "$share/$SLURM_ARRAY_TASK_COUNT" \
	--report "$output/report-$share-of-$SLURM_ARRAY_TASK_COUNT.json" "$@"
