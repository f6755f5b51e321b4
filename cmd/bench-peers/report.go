package main

import (
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// printMachine prints when and where it is measured.
func printMachine(w io.Writer) {
	var name unix.Utsname
	_ = unix.Uname(&name) // It cannot fail.
	fmt.Fprintf(w, "%s, Linux %s, %d CPUs%s\n", time.Now().Format(time.DateOnly), unix.ByteSliceToString(name.Release[:]), runtime.NumCPU(), model())
}

// model returns what the CPUs are, where the kernel tells.
func model() string {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return ""
	}
	cpus, err := fs.CPUInfo()
	if err != nil || len(cpus) == 0 || cpus[0].ModelName == "" {
		return ""
	}
	return ", " + cpus[0].ModelName
}

// print prints the tables of one crowd.
func (m *measured) print(w io.Writer) {
	fmt.Fprintf(w, "\n%d processes, %d rounds\n\n", m.size, len(m.oneShots[0].cpu))
	fmt.Fprint(w, "| once | CPU s | wall s | MiB | lsns CPU | lsns wall | ps CPU |\n|---|--:|--:|--:|--:|--:|--:|\n")
	wall := map[string]time.Duration{}
	for i := range m.oneShots {
		wall[m.oneShots[i].name] = median(m.oneShots[i].wall)
	}
	for i := range m.oneShots {
		o := &m.oneShots[i]
		cpu := median(o.cpu)
		fmt.Fprintf(w, "| `%s` | %.3f | %.3f | %.1f | %s | %s | %s |\n", o.name, cpu.Seconds(), wall[o.name].Seconds(), o.mib,
			times(m.cpuOf(lsns), cpu), times(wall[lsns], wall[o.name]), times(m.cpuOf(ps), cpu))
	}
	fmt.Fprint(w, "\n| one refresh, with all facts | CPU ms | µs a process | allocations a process |\n|---|--:|--:|--:|\n")
	for _, r := range m.refreshes {
		fmt.Fprintf(w, "| scanner, from %s | %.1f | %.2f | %.2f |\n", r.source, float64(r.cpu.Microseconds())/1000, r.microseconds(), r.allocations)
	}
	if len(m.screens) == 0 {
		return
	}
	fmt.Fprintf(w, "\n| on a screen of %dx%d, each second | %% of a CPU | peak MiB | first picture s | bytes a second |\n|---|--:|--:|--:|--:|\n", columns, rows)
	for i := range m.screens {
		s := &m.screens[i]
		fmt.Fprintf(w, "| `%s` | %.1f | %.1f | %.2f | %.0f |\n", s.name, 100*s.cpu, s.mib, s.first.Seconds(), s.bytes)
	}
	fmt.Fprint(w, "\n| from a key in the filter to its letter on the screen, ms | median | of 100, 95 within | the longest |\n|---|--:|--:|--:|\n")
	for _, t := range m.typing {
		fmt.Fprintf(w, "| `%s` | %.0f | %.0f | %.0f |\n", t.name, milliseconds(t.within(50)), milliseconds(t.within(95)), milliseconds(t.within(100)))
	}
	fmt.Fprintf(w, "| the longest pause of a loop that only looks at the clock | | | %.0f |\n", milliseconds(m.pause))
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

// times says how many times as much a peer takes; nothing where it was not measured.
func times(peer, own time.Duration) string {
	if peer == 0 || own == 0 {
		return ""
	}
	return fmt.Sprintf("%.1fx", float64(peer)/float64(own))
}

// printSlope prints what a process costs by the number of them: what grows faster than they do shows here.
func printSlope(w io.Writer, all []measured) {
	if len(all) < 2 {
		return
	}
	fmt.Fprint(w, "\n| µs of CPU time a process |")
	for i := range all {
		fmt.Fprintf(w, " %d |", all[i].size)
	}
	fmt.Fprint(w, "\n|---|")
	for range all {
		fmt.Fprint(w, "--:|")
	}
	fmt.Fprintln(w)
	for at, r := range all[0].refreshes {
		fmt.Fprintf(w, "| one refresh, from %s |", r.source)
		for i := range all {
			fmt.Fprintf(w, " %.2f |", all[i].refreshes[at].microseconds())
		}
		fmt.Fprintln(w)
	}
	for at := range all[0].oneShots {
		name := all[0].oneShots[at].name
		fmt.Fprintf(w, "| `%s` |", name)
		for i := range all {
			fmt.Fprintf(w, " %.1f |", float64(all[i].cpuOf(name).Microseconds())/float64(all[i].size))
		}
		fmt.Fprintln(w)
	}
}
