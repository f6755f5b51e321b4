package ui

import (
	"strings"

	"bulkhead/ui/cgroups"
	"bulkhead/ui/events"
	"bulkhead/ui/namespaces"
	"bulkhead/ui/screen"
	"bulkhead/ui/tasks"
	"bulkhead/ui/worlds"
)

// The screens, by their place among the tabs.
const (
	worldsScreen = iota
	namespacesScreen
	cgroupsScreen
	tasksScreen
	eventsScreen
)

func newScreens() []screen.Screen {
	return []screen.Screen{worlds.New(), namespaces.New(), cgroups.New(), tasks.New(), events.New()}
}

// lower is how the command line names a screen.
func lower(name string) string { return strings.ToLower(name) }
