// Package netns reads what is in a network namespace: interfaces with their addresses and peers, routes, listening sockets.
//
// It enters no namespace. The best source is a socket of rtnetlink(7) that was made inside, by whoever may go there: the
// kernel answers it with what is there whoever asks. The other is /proc/PID/net of a process inside, which serves everybody
// and knows less.
package netns
