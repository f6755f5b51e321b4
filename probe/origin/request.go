package origin

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// askTime is how long a daemon may take to answer.
const askTime = 500 * time.Millisecond

// errAnswer is returned for an answer that is none of HTTP's, or not the one that was asked for.
var errAnswer = errors.New("unexpected answer")

// getJSON asks a daemon for a resource over its unix socket, by HTTP/1.0: that way the answer is one piece and ends with the
// connection. package net/http would do it as well, and make the program twice as large.
func getJSON(ctx context.Context, socket, resource string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", socket)
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	defer func() { _ = conn.Close() }() // The answer is whole, or not wanted.
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return fmt.Errorf("dial %s: %w", socket, err)
		}
	}
	if _, err := io.WriteString(conn, "GET "+resource+" HTTP/1.0\r\nHost: localhost\r\n\r\n"); err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	body, err := readAnswer(conn)
	if err != nil {
		return fmt.Errorf("ask %s: %w", socket, err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("ask %s: %w", socket, err)
	}
	return nil
}

// readAnswer returns the body of an answer that says 200.
func readAnswer(from io.Reader) ([]byte, error) {
	reader := bufio.NewReader(io.LimitReader(from, mostBytes))
	status, err := reader.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("read the status: %w", err)
	}
	if fields := strings.Fields(status); len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/1.") || fields[1] != "200" {
		return nil, fmt.Errorf("%w: %q", errAnswer, cut(status))
	}
	for {
		line, err := reader.ReadBytes('\n')
		if err != nil {
			return nil, fmt.Errorf("read the headers: %w", err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			break
		}
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	return body, nil
}
