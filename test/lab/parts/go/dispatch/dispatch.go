// Package dispatch lets one binary be several commands, told apart by the name it is called by.
package dispatch

import (
	"fmt"
	"os"
	"path/filepath"
)

// Main runs the command that the name of the program, or else its first argument, names.
func Main(commands map[string]func() int) {
	name := filepath.Base(os.Args[0])
	if commands[name] == nil && len(os.Args) > 1 {
		name = os.Args[1]
		os.Args = os.Args[1:]
	}
	command := commands[name]
	if command == nil {
		fmt.Fprintf(os.Stderr, "no command %q in this binary\n", name)
		os.Exit(2)
	}
	os.Exit(command())
}
