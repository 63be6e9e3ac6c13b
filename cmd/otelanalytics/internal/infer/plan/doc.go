// SPDX-License-Identifier: Apache-2.0

// Package plan reads the tracking plans of other tools and makes drafts of event maps from them:
//
//	p, err := plan.Segment(files)     // https://docs.segmentapis.com/tag/Tracking-Plans, and what came before
//	p, err := plan.RudderStack(files) // YAML of rudder-cli: rudder/0.1, rudder/v0.1 and rudder/v1
//	p, err := plan.Semconv(files)     // OpenTelemetry's semantic conventions: groups, and definition/2
//
// What a map cannot say is listed in Plan.Omitted.
package plan
