package main

import "bulkhead/probe"

// checkSource says where the facts of tasks can be read from here, and where those of this page are from.
func checkSource(e *examination) []finding {
	f := finding{"tasks", works, "read from /proc alone", ""}
	switch {
	case !e.live():
		f.Text += ": the kernel's task iterator tells of the running host"
	case e.Host.Source == probe.SourceBPF:
		f.Text = "read by the kernel's task iterator (BPF), also for this page"
	case e.tasks == probe.SourceProc:
		f.Text += ", as --source says"
	default:
		err := e.roots.TryIterator()
		if err == nil {
			f.Text = "read by the kernel's task iterator (BPF) where they are many; for this page from /proc"
			if why := e.Host.NoIterator; why != "" { // It was tried.
				f.Text += ": " + why
			}
			break
		}
		f.State, f.Text = partly, f.Text+": "+reason(err)
		f.Help = "root on the host itself, with a kernel that tells its types (CONFIG_DEBUG_INFO_BTF), may use the task iterator, which is quicker where tasks are many"
	}
	return []finding{f}
}
