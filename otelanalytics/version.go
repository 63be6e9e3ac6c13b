// SPDX-License-Identifier: Apache-2.0

package otelanalytics

// Version is the version of the SDK, which its instrumentation scope carries.
const Version = "0.1.0"
