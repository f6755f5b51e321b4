package actions

import (
	"math"
	"strconv"
	"strings"
)

// percent is a percentage with at most two digits after the point, as cpu.uclamp.min takes it; see "CPU Interface Files" in
// the kernel's cgroup-v2 document.
type percent struct{ single }

func (percent) takes() string {
	return "a percentage from 0 to 100 with up to two decimals, as in 12.5, or max"
}

func (percent) shape() KnobShape { return ShapeNumber }

func (percent) check(value string) bool {
	if value == "max" {
		return true
	}
	whole, part, _ := strings.Cut(value, ".")
	_, ok := decimalNumber(whole)
	v, err := strconv.ParseFloat(value, 64)
	digits := strings.Trim(whole+part, "0123456789") == "" && !strings.HasSuffix(value, ".")
	return ok && digits && err == nil && len(part) <= 2 && v <= 100
}

func (percent) same(now, to string) bool {
	a, b := percentage(now), percentage(to)
	return now == to || (!math.IsNaN(a) && a == b)
}

func percentage(text string) float64 {
	if text == "max" {
		return 100
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
