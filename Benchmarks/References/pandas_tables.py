"""Times pandas on the files that the benchmark `Reading` has written, each in a process of its own.

    python3 References/pandas_tables.py .build/catalogs
"""

import resource
import subprocess
import sys
import time


def measure(folder: str, what: str) -> None:
    import pandas

    start = time.perf_counter()
    if what == "table":
        result = pandas.read_csv(f"{folder}/table.csv")
    else:
        result = pandas.read_csv(f"{folder}/matrix.txt", sep=" ", header=None).to_numpy()
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {result.shape}, {seconds:.3f} s, at most {megabytes:.0f} MB")


if __name__ == "__main__":
    folder = sys.argv[1]
    if len(sys.argv) > 2:
        measure(folder, sys.argv[2])
    else:
        for what in ["table", "matrix"]:
            for _ in range(3):
                subprocess.run([sys.executable, __file__, folder, what], check=True)
