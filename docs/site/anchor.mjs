// SPDX-License-Identifier: Apache-2.0

// anchor names a heading as GitHub does, so that one link works there and on the site.
export const anchor = (heading) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
