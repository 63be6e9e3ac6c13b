// SPDX-License-Identifier: Apache-2.0

package otelanalytics

// Version is the version of the SDK. Its instrumentation scope has this version.
const Version = "0.1.0"
