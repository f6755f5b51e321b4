// Package form has the dialogs that ask what exactly is to be done: where to move a process, which CPUs a group gets, what
// is written to a file. A form changes nothing. It ends in an intent, whose plan the preview shows.
//
// All forms are made of the same few parts: a picker, which is a list that is filtered by typing, or a sheet, which is
// fields and boxes to check below each other. Both stand in a box that scrolls where the terminal is small.
package form

import "bulkhead/actions"

// overridden lets every guard pass: the preview then says what it guards, and asks for a word to be typed.
const overridden = actions.Force(true)
