// SPDX-License-Identifier: Apache-2.0

package personal

func GivenNames() []string { return givenNames }
