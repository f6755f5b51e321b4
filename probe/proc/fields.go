package proc

import "math"

// fields walks over the words of a line. A word that is missing, or is no number where one is wanted, sets bad, which
// the caller must ask for in the end: a number that could not be read is not zero.
type fields struct {
	rest []byte
	bad  bool
}

// blank reports whether a byte parts words.
func blank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' }

// word returns the next word.
func (f *fields) word() []byte {
	start := 0
	for start < len(f.rest) && blank(f.rest[start]) {
		start++
	}
	end := start
	for end < len(f.rest) && !blank(f.rest[end]) {
		end++
	}
	word := f.rest[start:end]
	f.rest = f.rest[end:]
	f.bad = f.bad || len(word) == 0
	return word
}

// skip passes over words.
func (f *fields) skip(count int) {
	for range count {
		f.word()
	}
}

// more reports whether there is another word.
func (f *fields) more() bool {
	for len(f.rest) > 0 && blank(f.rest[0]) {
		f.rest = f.rest[1:]
	}
	return len(f.rest) > 0
}

// uint64 returns the next word as a number.
func (f *fields) uint64() uint64 {
	number, ok := parseNumber(f.word())
	f.bad = f.bad || !ok
	return number
}

// uint32 returns the next word as a number.
func (f *fields) uint32() uint32 {
	number := f.uint64()
	f.bad = f.bad || number > math.MaxUint32
	return uint32(number)
}

// int32 returns the next word as a number that may be negative.
func (f *fields) int32() int32 {
	word := f.word()
	negative := len(word) > 0 && word[0] == '-'
	if negative {
		word = word[1:]
	}
	number, ok := parseNumber(word)
	f.bad = f.bad || !ok || number > math.MaxInt32
	if negative {
		return -int32(number)
	}
	return int32(number)
}

// parseNumber reads a whole text of decimal digits. Unlike strconv it takes bytes and makes no error value.
func parseNumber(text []byte) (uint64, bool) {
	var number uint64
	for _, b := range text {
		digit := uint64(b - '0')
		if digit > 9 || number > (math.MaxUint64-digit)/10 {
			return 0, false
		}
		number = number*10 + digit
	}
	return number, len(text) > 0
}
