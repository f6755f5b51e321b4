package recording

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain":              {"nginx: worker", `"nginx: worker"`},
		"JSON's own":         {`a"b\c`, `"a\"b\\c"`},
		"control":            {"\x1b[2J\n\t\x00\x7f\u009b", `"\u001b[2J\n\t\u0000\u007f\u009b"`},
		"direction":          {"gpj.\u202etxt\u2028", `"gpj.\u202etxt\u2028"`},
		"beyond 16 bits":     {"🦀\U000e0041", `"🦀\udb40\udc41"`},
		"HTML":               {"<a&b>", `"<a&b>"`},
		"not UTF-8":          {"\xff\xc3(", `"\\xff\\xc3("`},
		"half a character":   {"\xe6\x97", `"\\xe6\\x97"`},
		"a surrogate":        {"\xed\xa0\x80", `"\\xed\\xa0\\x80"`},
		"replacement itself": {"\ufffd", `"` + "\ufffd" + `"`},
		"unit of systemd":    {`serial\x2dgetty`, `"serial\\x2dgetty"`},
		"like an escape":     {`\xff`, `"\\x5cxff"`},
		"like its backslash": {`\x5c`, `"\\x5cx5c"`},
		"upper case":         {`\xFF\x5C`, `"\\xFF\\x5C"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(Text(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if name != "HTML" && string(got) != tt.want { // Marshal escapes HTML, Write does not.
				t.Errorf("%q is written %s, want %s", tt.in, got, tt.want)
			}
			checkText(t, tt.in)
		})
	}
}

func checkText(t *testing.T, in string) {
	t.Helper()
	data, err := Text(in).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(data) || !json.Valid(data) {
		t.Fatalf("%q is written %q, which is no JSON", in, data)
	}
	var back Text
	if err := json.Unmarshal(data, &back); err != nil || string(back) != in {
		t.Errorf("%q is written %s and read as %q (%v)", in, data, back, err)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", `\x5c`, `\\xff`, "\xff\xfe", "é\x00", "\u2028", `\x5`, "\\\xff"} {
		f.Add(s)
	}
	f.Fuzz(checkText)
}
