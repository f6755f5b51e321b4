package history

import (
	"math"
	"strings"
)

// The shares of a limit from which on use is worth a thought, and from which on it is at the limit.
const (
	WarnShare = 0.8
	BadShare  = 0.95
)

// The pressure of some tasks from which on it is worth a thought, and from which on it is trouble, in percent.
const (
	WarnPressure = 10
	BadPressure  = 40
)

// The cells of a bar: what is used, and the headroom.
const (
	usedCell = "█"
	freeCell = "░"
)

// Bar draws use against a limit, in exactly the width: what is used, and what is left. Any use fills an eighth of a cell at
// least, and only a limit that is reached fills them all.
func Bar(used, limit float64, width int) []Run {
	if width <= 0 {
		return nil
	}
	share := 1.0
	if limit > 0 {
		share = max(0, min(1, used/limit))
	} else if used <= 0 {
		share = 0
	}
	level := Calm
	switch {
	case share >= BadShare:
		level = Bad
	case share >= WarnShare:
		level = Warn
	}
	filled := int(math.Floor(share * float64(width*eighths)))
	if used > 0 && filled == 0 {
		filled = 1
	}
	whole, rest := filled/eighths, filled%eighths
	bar := strings.Repeat(usedCell, whole)
	if rest > 0 {
		bar += string([]rune(" ▏▎▍▌▋▊▉")[rest])
		whole++
	}
	return []Run{{bar, level}, {strings.Repeat(freeCell, width-whole), Quiet}}
}
