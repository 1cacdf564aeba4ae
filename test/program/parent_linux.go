package program

import "syscall"

// endWithParent has the kernel end the program should the test binary die.
func endWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
