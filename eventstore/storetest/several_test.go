// SPDX-License-Identifier: Apache-2.0

package storetest

// modelLimit is the size of the largest event that the model takes.
const modelLimit = 5_000

func (broken) MaxEventBytes() int { return modelLimit }
