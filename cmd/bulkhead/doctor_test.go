package main

import (
	"encoding/json"
	"regexp"
	"testing"

	"bulkhead/ui/uitest"
)

// reader is who runs the test, as the doctor writes it.
var reader = regexp.MustCompile(`user [^ ]+ \(\d+\)`)

func TestDoctor(t *testing.T) {
	for _, host := range hosts {
		t.Run(host, func(t *testing.T) {
			uitest.Golden(t, "doctor-"+host, reader.ReplaceAllString(layOut(t, host).succeed(t, "doctor"), "user USER (UID)"))
		})
	}
}

// On a real kernel the doctor has something to say on everything, whatever it is.
func TestDoctorHere(t *testing.T) {
	got := execute(t, "doctor", "--json")
	if got.code != exitDone || got.err != "" {
		t.Fatalf("doctor: %+v", got)
	}
	var document struct {
		Schema int
		Checks []finding
	}
	if err := json.Unmarshal([]byte(got.out), &document); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, f := range document.Checks {
		found[f.Name] = true
		if f.Text == "" || f.State == "" || (f.State == partly && f.Help == "") {
			t.Errorf("%+v says too little", f)
		}
	}
	for _, name := range []string{"kernel", "namespaces", "namespace ids", "pidfd", "cgroups", "pressure", "rights", "processes", "user namespaces"} {
		if !found[name] {
			t.Errorf("nothing is said of %s", name)
		}
	}
}
