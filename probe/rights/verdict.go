package rights

// Answer says whether something is allowed.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota // A fact that it depends on is not known.
	No
	Yes
)

var answerNames = [...]string{"unknown", "no", "yes"}

// String returns the answer's name as it stands in the JSON output.
func (a Answer) String() string {
	if int(a) < len(answerNames) {
		return answerNames[a]
	}
	return "invalid"
}

// Verdict is an answer with its reason: the missing right, the fact that is not known, or what allows it.
type Verdict struct {
	Answer Answer
	Why    string // In words, A and B standing for the two tasks.
}

func yes(why string) Verdict     { return Verdict{Yes, why} }
func no(why string) Verdict      { return Verdict{No, why} }
func unknown(why string) Verdict { return Verdict{Unknown, why} }

// allOf is what several conditions come to: the first that is not fulfilled decides, then the first that is not known.
func allOf(all ...Verdict) Verdict {
	for _, answer := range [...]Answer{No, Unknown} {
		for _, v := range all {
			if v.Answer == answer {
				return v
			}
		}
	}
	return all[len(all)-1]
}
