// SPDX-License-Identifier: Apache-2.0

// Package deploytest has no code of its own: its tests parse the Kubernetes
// manifests of docs/kubernetes.md with Kubernetes' own types, and hold them
// against what the page says of them. They have a module of their own, so that users
// of the SDK do not depend on Kubernetes.
package deploytest
