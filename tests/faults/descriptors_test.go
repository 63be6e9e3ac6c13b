// SPDX-License-Identifier: Apache-2.0

//go:build unix

package faults

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
)

// hoard holds files that leave a process without descriptors.
var hoard struct {
	sync.Mutex
	files []*os.File
}

// descriptors lowers the limit and opens files until the system refuses, or closes them again.
func descriptors(w http.ResponseWriter, r *http.Request) {
	hoard.Lock()
	defer hoard.Unlock()
	if r.FormValue("release") != "" {
		for _, f := range hoard.files {
			_ = f.Close()
		}
		hoard.files = nil
		return
	}
	limit, err := strconv.ParseUint(r.FormValue("limit"), 10, 32)
	if err == nil {
		err = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: limit, Max: limit})
	}
	if err != nil {
		fmt.Fprint(w, err)
		return
	}
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			fmt.Fprint(w, err)
			return
		}
		hoard.files = append(hoard.files, f)
	}
}
