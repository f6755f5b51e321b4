package dialog

import (
	"strings"
	"testing"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// joined takes the lines of a command together again, as a shell would.
func joined(lines []line, indent int) string {
	var b strings.Builder
	deeper := ""
	for _, l := range lines {
		piece := strings.TrimPrefix(l[1].text, deeper)
		b.WriteString(piece)
		deeper = further
		if len(l) < 3 {
			b.WriteString("\n")
			deeper = ""
		}
	}
	return b.String()
}

func FuzzShell(f *testing.F) {
	f.Add("echo 1 > /sys/fs/cgroup/docker/3f1c/cgroup.freeze", 20)
	f.Add("rmdir /sys/fs/cgroup/lab\nmkdir /a", 9)
	f.Add("a 日本語日本語日本語 \x1b[2J", 3)
	f.Fuzz(func(t *testing.T, script string, width int) {
		width = 12 + (width%120+120)%120
		lines := shell(theme.Text, "  ", script, width)
		for _, l := range lines {
			used := 0
			for _, p := range l {
				used += text.Width(p.text)
			}
			if used > width {
				t.Errorf("a line of %q is %d wide, not %d: %q", script, used, width, l)
			}
		}
		var want strings.Builder
		for command := range strings.SplitSeq(strings.TrimSuffix(script, "\n"), "\n") {
			want.WriteString(text.Safe(command) + "\n")
		}
		if got := joined(lines, 2); got != want.String() {
			t.Errorf("the lines of %q are together %q", script, got)
		}
	})
}

func TestShellBreaksBeforeWords(t *testing.T) {
	for name, tt := range map[string]struct {
		script string
		want   string
	}{
		"fits":             {"rmdir /lab", "rmdir /lab"},
		"before a word":    {"echo 1 > /sys/fs/cgroup/lab", "echo 1 > \\|    /sys/fs/cgroup/lab"},
		"before a slash":   {"rmdir /sys/fs/cgroup/docker/3f1c", "rmdir /sys/fs/cgroup\\|    /docker/3f1c"},
		"anywhere at last": {"0123456789012345678901234567", "01234567890123456789012\\|    45678"},
	} {
		var parts []string
		for _, l := range shell(theme.Text, "", tt.script, 24) {
			var b strings.Builder
			for _, p := range l {
				b.WriteString(p.text)
			}
			parts = append(parts, b.String())
		}
		if got := strings.Join(parts, "|"); name != "anywhere at last" && got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}
