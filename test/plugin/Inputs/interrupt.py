# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""interrupt.py FOLDER COMMAND...: starts the command, interrupts it (SIGINT, as ^C does) at several moments, and looks at what
is left in the folder that it writes to: nothing. At least one moment must have come before the command was done."""

import os
import signal
import subprocess
import sys
import time

folder, command = sys.argv[1], sys.argv[2:]
signal.signal(signal.SIGINT, signal.SIG_DFL)  # what started this may ignore it, and what is started here inherits that
os.makedirs(folder, exist_ok=True)
interrupted = 0
for wait in (0.05, 0.3, 1.0, 2.0):
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(wait)
    os.killpg(process.pid, signal.SIGINT)
    done = process.wait() == 0
    left = os.listdir(folder)
    if done:
        # It was quicker. Then the object is there, and whole.
        if left != ["x.o"]:
            sys.exit(f"done after {wait} s, but there is {left}")
        os.remove(os.path.join(folder, "x.o"))
        continue
    interrupted += 1
    if left:
        sys.exit(f"interrupted after {wait} s: {left} is left")
if not interrupted:
    sys.exit("the command was always quicker than its interruption")
