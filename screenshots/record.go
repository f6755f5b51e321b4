package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bulkhead/ui/uitest"
)

// recording writes a picture of the screen at a fixed rate.
type recording struct {
	end  chan struct{}
	done chan error
}

// startRecording writes f0001.svg and so on into o.frames until stop.
func startRecording(t *uitest.Terminal, o options) (recording, error) {
	if err := os.MkdirAll(o.frames, 0o755); err != nil {
		return recording{}, fmt.Errorf("record: %w", err)
	}
	r := recording{end: make(chan struct{}), done: make(chan error, 1)}
	go func() { r.done <- r.record(t, o) }()
	return r, nil
}

// stop ends the recording and returns the first error met in it.
func (r recording) stop() error {
	close(r.end)
	return <-r.done
}

func (r recording) record(t *uitest.Terminal, o options) error {
	ticker := time.NewTicker(time.Second / time.Duration(o.fps))
	defer ticker.Stop()
	for n, ended := 1, false; !ended; n++ {
		select {
		case <-r.end:
			ended = true // The last frame shows the end of the script.
		case <-ticker.C:
		}
		name := filepath.Join(o.frames, fmt.Sprintf("f%04d.svg", n))
		if err := writeFile(name, newPicture(t, o.theme)); err != nil {
			return err
		}
	}
	return nil
}
