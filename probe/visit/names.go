package visit

import (
	"bytes"
	"errors"
)

// The layout of struct utsname; see uname(2): six names of 65 bytes, of which these are the second and the last.
const (
	nameLength = 65
	hostName   = 1 * nameLength
	domainName = 5 * nameLength

	// NamesLength is the length of an answer to SystemNames.
	NamesLength = 6 * nameLength
)

// errNames is returned for an answer that is none.
var errNames = errors.New("not a struct utsname")

// Names takes an answer to SystemNames apart. Where no domain is set the kernel says "(none)".
func Names(answer []byte) (host, domain string, err error) {
	if len(answer) < NamesLength {
		return "", "", errNames
	}
	return name(answer[hostName:]), name(answer[domainName:]), nil
}

func name(field []byte) string {
	text, _, _ := bytes.Cut(field[:nameLength], []byte{0})
	return string(text)
}
