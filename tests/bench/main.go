// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/pprof"
)

func main() {
	quick := flag.Bool("quick", false, "fewer and shorter rounds, and smaller data")
	pattern := flag.String("case", "", "run only the cases, or curves of -growth, whose name this regular expression matches")
	check := flag.Bool("check", false, "exit with status 1 when a bound is missed")
	growth := flag.String("growth", "", "measure how the cost grows instead, and write pictures and data into this directory")
	profile := flag.String("cpuprofile", "", "write a profile of where the time went, for go tool pprof, into this file")
	flag.Parse()
	if err := profiled(*profile, func() error { return run(os.Stdout, *pattern, *growth, *quick, *check) }); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// profiled runs f with a profile of it, unless file is empty.
func profiled(file string, f func() error) error {
	if file == "" {
		return f()
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	err = f()
	pprof.StopCPUProfile()
	return errors.Join(err, out.Close())
}

func run(w io.Writer, pattern, growth string, quick, check bool) error {
	matching, err := regexp.Compile(pattern)
	if err != nil {
		return fmt.Errorf("-case: %w", err)
	}
	if growth != "" {
		return grow(w, growth, matching, quick)
	}
	var all []Result
	missed := 0
	for _, c := range cases {
		if !matching.MatchString(c.name) {
			continue
		}
		results, err := measure(c, quick)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		for _, r := range results {
			if err := json.NewEncoder(w).Encode(r); err != nil {
				return err
			}
			if !r.OK {
				missed++
			}
		}
		all = append(all, results...)
	}
	if len(all) == 0 {
		return fmt.Errorf("-case: no case matches %q", pattern)
	}
	if err := table(w, all); err != nil {
		return err
	}
	if check && missed > 0 {
		return fmt.Errorf("%d bounds missed", missed)
	}
	return nil
}
