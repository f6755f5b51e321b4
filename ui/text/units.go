package text

import (
	"fmt"
	"strconv"
	"time"
)

// Bytes writes a number of bytes in powers of 1,024 with one letter, as htop does: "0", "512B", "1.5G", "38M". It
// takes at most five columns.
func Bytes(n uint64) string {
	if n == 0 {
		return "0"
	}
	return scale(n, 1024, "BKMGTPE")
}

// Count writes a number exactly if it fits into five columns, else in thousands, millions and so on: "99999", "123k".
func Count(n uint64) string {
	if n <= 99_999 {
		return strconv.FormatUint(n, 10)
	}
	return scale(n, 1000, " kMGTPE")
}

// scale divides n by base until it is below it, rounding included, and puts the letter of that power behind. Numbers
// below ten keep one decimal.
func scale(n uint64, base float64, letters string) string {
	value, power := float64(n), 0
	for value >= base-0.5 {
		value /= base
		power++
	}
	decimals := 0
	if power > 0 && value < 9.95 {
		decimals = 1
	}
	return strconv.FormatFloat(value, 'f', decimals, 64) + letters[power:power+1]
}

// Duration writes a CPU time as htop's TIME+ column does: minutes, seconds and hundredths below an hour ("1:02.33"),
// then "2h03m", "4d07h" and "1y012d". It takes at most eight columns. No time is negative: that is written "–".
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "–"
	case d < time.Hour:
		return fmt.Sprintf("%d:%02d.%02d", d/time.Minute, d%time.Minute/time.Second, d%time.Second/(10*time.Millisecond))
	case d < day:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d < year:
		return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
	default:
		return fmt.Sprintf("%dy%03dd", d/year, d%year/day)
	}
}

// A day and a year of lengths that are good enough to read.
const (
	day  = 24 * time.Hour
	year = 365 * day
)

// Age writes how long ago something was, in at most five columns: "59s", "12m", "2h03m", "17h", "4d07h", "123d", "3y".
// A negative age, which a clock set back brings about, is "0s".
func Age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(d, 0)/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 10*time.Hour:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d < day:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d < 10*day:
		return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
	case d < year:
		return fmt.Sprintf("%dd", d/day)
	default:
		return fmt.Sprintf("%dy", d/year)
	}
}
