package spawn

// PID returns the command's process number, as this process sees it. It is the command's until Wait returns.
func (p *Process) PID() int { return p.pid }
