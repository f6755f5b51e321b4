package text

import (
	"math"
	"testing"
	"time"
)

func TestBytes(t *testing.T) {
	for in, want := range map[uint64]string{
		0: "0", 1: "1B", 1023: "1023B", 1024: "1.0K", 1536: "1.5K", 10 << 10: "10K", 38 << 20: "38M", 10188: "9.9K", 10189: "10K",
		1<<20 - 1: "1.0M", 1023 << 10: "1023K", 3 << 29: "1.5G", 256 << 20: "256M", math.MaxUint64: "16E",
	} {
		if got := Bytes(in); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", in, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for in, want := range map[uint64]string{
		0: "0", 212: "212", 99_999: "99999", 100_000: "100k", 999_499: "999k", 999_500: "1.0M", 4_194_304: "4.2M",
		math.MaxUint64: "18E",
	} {
		if got := Count(in); got != want {
			t.Errorf("Count(%d) = %q, want %q", in, got, want)
		}
	}
}

func TestFiveColumns(t *testing.T) {
	for shift := range 64 {
		for _, n := range []uint64{1 << shift, 1<<shift - 1, 1<<shift + 1<<shift/2, 999 << shift} {
			if b, c := Bytes(n), Count(n); len(b) > 5 || len(c) > 5 {
				t.Errorf("%d: Bytes %q, Count %q: more than five columns", n, b, c)
			}
		}
	}
}

func TestDuration(t *testing.T) {
	for in, want := range map[time.Duration]string{
		0:                                     "0:00.00",
		62*time.Second + 339*time.Millisecond: "1:02.33",
		time.Hour - 1:                         "59:59.99",
		time.Hour:                             "1h00m",
		2*time.Hour + 3*time.Minute:           "2h03m",
		24 * time.Hour:                        "1d00h",
		367*24*time.Hour + time.Hour:          "1y002d",
		-time.Second:                          "–",
		math.MaxInt64:                         "292y171d",
	} {
		if got := Duration(in); got != want {
			t.Errorf("Duration(%d) = %q, want %q", in, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	for in, want := range map[time.Duration]string{
		-time.Hour:                   "0s",
		0:                            "0s",
		59*time.Second + 999_999_999: "59s",
		time.Minute:                  "1m",
		59 * time.Minute:             "59m",
		2*time.Hour + 3*time.Minute:  "2h03m",
		17 * time.Hour:               "17h",
		4*24*time.Hour + 7*time.Hour: "4d07h",
		123 * 24 * time.Hour:         "123d",
		3 * 366 * 24 * time.Hour:     "3y",
		math.MaxInt64:                "292y",
	} {
		if got := Age(in); got != want {
			t.Errorf("Age(%d) = %q, want %q", in, got, want)
		}
	}
}
