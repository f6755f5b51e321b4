package sysvipc

// Limit is a limit of an ipc namespace, and the file in /proc/sys that has it; see proc_sys_kernel(5) and mq_overview(7).
type Limit struct {
	Name string // Of the file below /proc/sys.
	Text string // As the kernel writes it: a number, or of semaphores four.
}

// LimitFiles are the files below /proc/sys that have the limits of an ipc namespace. The kernel answers with those of whoever
// reads them.
var LimitFiles = [...]string{
	"kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmmax", "kernel/shmall", "kernel/shmmni",
	"fs/mqueue/queues_max", "fs/mqueue/msg_max", "fs/mqueue/msgsize_max",
}
