package list

import "testing"

func TestFolds(t *testing.T) {
	var zero Folds[string]
	one := zero.Set("a", false)
	tests := map[string]struct {
		folds         Folds[string]
		a, b, allOpen bool
	}{
		"untouched":         {zero, true, true, true},
		"one closed":        {one, false, true, false},
		"opened again":      {one.Set("a", true), true, true, true},
		"all closed":        {zero.SetAll(false), false, false, false},
		"all but one":       {zero.SetAll(false).Set("a", true), true, false, false},
		"all opened":        {one.SetAll(true), true, true, true},
		"all but one again": {one.SetAll(true).Set("b", false), true, false, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.folds.Open("a", true); got != tt.a {
				t.Errorf("a is open: %v, want %v", got, tt.a)
			}
			if got := tt.folds.Open("b", true); got != tt.b {
				t.Errorf("b is open: %v, want %v", got, tt.b)
			}
			if got := tt.folds.AllOpen(true); got != tt.allOpen {
				t.Errorf("all are open: %v, want %v", got, tt.allOpen)
			}
		})
	}
	if zero.Open("a", false) || zero.AllOpen(false) {
		t.Error("rows that are usually closed are open though untouched")
	}
}
