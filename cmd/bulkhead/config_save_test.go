package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bulkhead/ui"
	"bulkhead/ui/settings"
)

// session begins one as the program does, and returns what it found and what keeps its choices.
func session(t *testing.T) (settings.Settings, func(settings.Settings)) {
	t.Helper()
	var config ui.Config
	withConfig(&config, screenOptions{})
	return config.Settings, func(s settings.Settings) {
		t.Helper()
		if _, err := config.Save(s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSessionsKeepWhatTheyChanged(t *testing.T) {
	file := configIn(t, "[cgroups]\nsort = \"mem\"\n")
	one, saveOne := session(t)
	two, saveTwo := session(t)
	one.Cgroups.Columns.V1 = []string{"group", "mem"}
	saveOne(one)
	two.Cgroups.Columns.V2 = []string{"group", "cpu"}
	two.Cgroups.Sort = ""
	saveTwo(two)
	one.Cgroups.Reverse = true // What the other one changed stays this time as well.
	saveOne(one)
	want := settings.Cgroups{Reverse: true, Columns: settings.Sets{V1: one.Cgroups.Columns.V1, V2: two.Cgroups.Columns.V2}}
	if got, says := file.load(); !cmp.Equal(got.Cgroups, want) || says != nil {
		t.Errorf("kept %+v, %q, want %+v", got.Cgroups, says, want)
	}
}

// A file that was not understood at the beginning, and was mended since, is not emptied.
func TestConfigMendedMeanwhile(t *testing.T) {
	file := configIn(t, "[cgroups\nsort = \"mem\"\n")
	s, save := session(t)
	writeFile(t, string(file), "[cgroups]\nsort = \"mem\"\n[cgroups.columns]\nv1 = [\"group\", \"age\"]\n")
	s.Cgroups.Columns.V2 = []string{"group", "cpu"}
	save(s)
	got, _ := file.load()
	if c := got.Cgroups; c.Sort != "mem" || !slices.Equal(c.Columns.V1, []string{"group", "age"}) || !slices.Equal(c.Columns.V2, s.Cgroups.Columns.V2) {
		t.Errorf("kept %+v, want what was mended and the columns for version 2", got)
	}
}

// What the session wrote last is what counts: its own choice is taken back, and one that was replaced since is not made again.
func TestChoiceTakenBack(t *testing.T) {
	file := configIn(t, "")
	one, saveOne := session(t)
	one.Cgroups.Sort, one.Cgroups.Columns.V1 = "mem", []string{"group", "mem"}
	saveOne(one)
	two, saveTwo := session(t)
	two.Cgroups.Columns.V1 = []string{"group", "cpu"}
	saveTwo(two)
	one.Cgroups.Sort = ""
	saveOne(one)
	want := settings.Cgroups{Columns: two.Cgroups.Columns}
	if got, _ := file.load(); !cmp.Equal(got.Cgroups, want) {
		t.Errorf("kept %+v, want %+v", got.Cgroups, want)
	}
}

// What could not be kept is kept with the next choice.
func TestNotKeptIsKeptNextTime(t *testing.T) {
	file := configIn(t, "")
	keep := keeper{file: file}
	writeFile(t, string(file), "[cgroups")
	s := settings.Settings{Cgroups: settings.Cgroups{Sort: "mem"}}
	if _, err := keep.save(s); err == nil {
		t.Fatal("saved into a file that is not understood")
	}
	writeFile(t, string(file), "")
	s.Cgroups.Reverse = true
	if _, err := keep.save(s); err != nil {
		t.Fatal(err)
	}
	if got, _ := file.load(); !cmp.Equal(got, s) {
		t.Errorf("kept %+v, want %+v", got, s)
	}
}
