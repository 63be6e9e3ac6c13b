// SPDX-License-Identifier: Apache-2.0

// Package pictures draws the made dashboards with Grafana's own panel components (npm's @grafana/ui) in headless Chromium, from
// a real Prometheus: after a played card game, and while everything goes wrong that the SDK counts. It is not Grafana: which
// component draws a panel, and with what, is the code in the folder page. A type or an option that it does not know is an error.
//
// make pictures installs the components into .build and writes docs/dashboards; its test has the build tag draw. The test
// without it needs Go alone: it says whether the pictures there still show what the generator makes.
package pictures
