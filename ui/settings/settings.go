// Package settings has what the user chose to see and wants to find again. It is kept in a file, which this package does not
// know: the names in the tags are those of the file's keys.
package settings

// Settings are what is kept.
type Settings struct {
	Cgroups Cgroups `toml:"cgroups"`
}

// Cgroups is how the groups are listed.
type Cgroups struct {
	Sort    string `toml:"sort,omitempty"`    // The name of the column that is sorted by; empty for the names of groups.
	Reverse bool   `toml:"reverse,omitempty"` // The order is the other way round.
	Flat    bool   `toml:"flat,omitempty"`    // One list in place of the trees.
	Members bool   `toml:"members,omitempty"` // The processes of all groups are shown.
	// HideEmpty leaves out the groups that nobody is in.
	HideEmpty bool `toml:"hide_empty,omitempty"`
	Columns   Sets `toml:"columns,omitempty"`
}

// Sets are columns by name, in their order, for each kind of hierarchies in view. One that is nil stands for the usual ones.
type Sets struct {
	V1   []string `toml:"v1,omitempty"`   // Hierarchies of version 1 alone.
	V2   []string `toml:"v2,omitempty"`   // Version 2 alone.
	Both []string `toml:"both,omitempty"` // Both beside each other.
}
