# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set pagination off
set confirm off
set debuginfod enabled off
set width 0
echo == break on a line of the loop\n
break loop.c:21
run
backtrace
print i
print loss
delete
echo == break in the kernel of a helper\n
break loop.c:10 if $_any_caller_matches(".*tenon0.k", 4)
continue
backtrace
up
up
info locals
delete
echo == break in the while loop\n
break loop.c:29
continue
backtrace
print left
delete
echo == break in a loop over small tensors\n
break loop.c:43
continue
backtrace
print i
continue
print i
print most
info locals
kill
