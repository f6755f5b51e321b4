package actions

import (
	"os/exec"
	"testing"
)

// TestQuote has a shell read words back.
func TestQuote(t *testing.T) {
	for _, word := range []string{
		"", "plain", "a b", "it's", `back\slash`, "new\nline", "\n\n", "tab\t", "\x1b[31m", "\xff\xfe", "$(id)", "`id`", "-n", "ü",
	} {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", "printf '%s' "+quote(word)).Output()
		if err != nil || string(out) != word {
			t.Errorf("%q is quoted %s and read as %q (%v)", word, quote(word), out, err)
		}
	}
}
