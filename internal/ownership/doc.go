// SPDX-License-Identifier: Apache-2.0

// Package ownership keeps files usable for whom they are. A program that looks after a service's data may run as another user,
// mostly as root: the files that it makes or replaces stay the service's.
package ownership
