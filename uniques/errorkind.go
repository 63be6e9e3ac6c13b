// SPDX-License-Identifier: Apache-2.0

package uniques

// errorKind is the kind of work that failed.
type errorKind int

const (
	errRead errorKind = iota
	errSave
	errLease
	errWatch
	errRollUp
	errPrepare
	errDelete
	errKey
	errorKinds
)

// errorLabels are the kinds in the metric, errorTexts those in the log.
var (
	errorLabels = [errorKinds]string{"read", "save", "lease", "watch", "roll_up", "prepare", "delete", "key"}
	errorTexts  = [errorKinds]string{
		"reading the numbers", "saving", "writing the lease", "looking after the leases of others", "rolling up", "creating indexes", "deleting a record", "learning the key",
	}
)
