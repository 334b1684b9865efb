# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set pagination off
set confirm off
set debuginfod enabled off
set width 0
echo == break on the exponential\n
break chain.c:17
run
backtrace
echo == step\n
next
next
next
backtrace 2
delete
echo == break in the mapped function\n
break squash
continue
backtrace 4
delete
echo == break in a reduction\n
break chain.c:22 if $_caller_matches(".*tenon0.k")
continue
backtrace 2
delete
echo == break where it is stored\n
break chain.c:25 if $_caller_matches(".*tenon0.k")
continue
backtrace 3
kill
