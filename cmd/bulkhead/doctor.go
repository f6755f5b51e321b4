package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"bulkhead/probe"
	"bulkhead/probe/recording"
	"bulkhead/ui/text"
)

// finding is what the doctor says of one thing.
type finding struct {
	Name  string  `json:"name"`
	State verdict `json:"state"`
	Text  string  `json:"text"`
	Help  string  `json:"help,omitempty"` // What would help, where something would.
}

// verdict says whether something works here.
type verdict string

const (
	works   verdict = "yes"
	partly  verdict = "partly"
	lacking verdict = "no"
	unclear verdict = "unknown"
)

// examination is what the doctor looks at.
type examination struct {
	*probe.Snapshot
	hostFlags
}

// live reports whether it is the running kernel that is examined, and not a recording or another host laid out in files.
func (e *examination) live() bool { return e.roots == probe.Live }

// checks are all that the doctor examines, in order.
var checks = []func(*examination) []finding{
	checkKernel, checkNamespaces, checkCalls, checkHierarchies, checkGroupFiles, checkPressure,
	checkRights, checkSight, checkSource, checkUserNamespaces,
}

func newDoctorCmd(s streams) *cobra.Command {
	var flags hostFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what this kernel, these mounts and these rights allow, and what would help",
		Args:  noArguments,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			snapshot, err := flags.scan(cmd.Context(), probe.Request{Facts: probe.AllFacts &^ probe.FactCmdline})
			if err != nil {
				return err
			}
			e := &examination{snapshot, flags}
			var findings []finding
			for _, check := range checks {
				findings = append(findings, check(e)...)
			}
			if asJSON {
				return writeFindingsJSON(s.out, findings)
			}
			return writeFindings(s.out, findings)
		}),
	}
	flags.register(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func writeFindings(out io.Writer, findings []finding) error {
	wide := 0
	for _, f := range findings {
		wide = max(wide, text.Width(f.Name))
	}
	w := bufio.NewWriter(out)
	for i, f := range findings {
		_, _ = fmt.Fprintf(w, "%-7s  %s  %s\n", f.State, text.Fit(f.Name, wide), text.Safe(f.Text)) // Flush returns the error.
		again := i+1 < len(findings) && findings[i+1].Help == f.Help                                // Said once, below the last of several.
		if f.Help != "" && !again {
			_, _ = fmt.Fprintf(w, "%9s%s  → %s\n", "", text.Spaces(wide), text.Safe(f.Help))
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

func writeFindingsJSON(out io.Writer, findings []finding) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	document := struct {
		Schema int       `json:"schema"`
		Checks []finding `json:"checks"`
	}{recording.Schema, findings}
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}
