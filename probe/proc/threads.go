package proc

import "slices"

// Threads lists the numbers of the process's threads, sorted, into buf, which grows as needed: the directories in
// /proc/PID/task; see proc_pid_task(5). A living process has at least one, itself.
func (r *Reader) Threads(buf []int32) ([]int32, error) {
	tids := buf[:0]
	err := list(r.fd, taskFile, r.buf, func(tid int32, _ uint64) { tids = append(tids, tid) })
	if err != nil {
		return nil, r.failed(taskFile, err)
	}
	if len(tids) == 0 {
		return nil, r.gone()
	}
	slices.Sort(tids)
	return tids, nil
}

const taskFile = "task\x00"
