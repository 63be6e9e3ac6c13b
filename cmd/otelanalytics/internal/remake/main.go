// SPDX-License-Identifier: Apache-2.0

// Command remake writes every generated file of this repository, from its root: it is what make generate runs. A test of
// this package fails when that would change anything.
package main

import (
	"context"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: remake DIRECTORY, the root of the repository")
		os.Exit(2)
	}
	if err := remake(context.Background(), os.Args[1], os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
