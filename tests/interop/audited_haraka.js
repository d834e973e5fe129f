// Copyright (c) 2026, the mailops.smtp maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// A plugin for Haraka: the policy of a sound server, and the faults of each listener, by its address.

const USERS = ['alice', 'erin', 'postmaster', 'abuse']
const OWN = 'example.test'

exports.register = function () {
    this.places = this.config.get('audited.json')
}

const place_of = (plugin, connection) => plugin.places[connection.local.ip] || {}
const has = (plugin, connection, fault) => place_of(plugin, connection).faults?.includes(fault)
const is_trusted = (connection) => connection.remote.ip.startsWith('192.0.2.')

exports.hook_lookup_rdns = (next) => next(OK, 'client.example.test')

exports.hook_connect = function (next, connection) {
    const { profile } = place_of(this, connection)
    if (profile !== 'submission' && is_trusted(connection)) connection.relaying = true
    if (has(this, connection, 'open')) connection.relaying = true
    // Haraka asks for a login at port 587 by itself, unless a client may relay.
    if (has(this, connection, 'no login')) connection.relaying = true
    const versioned = `mx.example.test ESMTP Haraka/3.3.4 ready`
    const greeting = has(this, connection, 'version') ? versioned : 'mx.example.test ESMTP'
    next(OK, has(this, connection, 'inner') ? 'mail.intranet.lan ESMTP' : greeting)
}

exports.hook_capabilities = function (next, connection) {
    const { profile } = place_of(this, connection)
    const kept = (word) =>
        !(word.startsWith('AUTH') && profile !== 'submission' && !has(this, connection, 'auth')) &&
        !(word.startsWith('AUTH') && !connection.tls.enabled) &&
        !(word.startsWith('STARTTLS') && has(this, connection, 'no starttls'))
    connection.capabilities = connection.capabilities.filter(kept)
    if (has(this, connection, 'auth in the clear')) connection.capabilities.push('AUTH PLAIN LOGIN')
    if (has(this, connection, 'digest')) connection.capabilities.push('AUTH DIGEST-MD5')
    if (has(this, connection, 'xclient')) connection.capabilities.push('XCLIENT NAME ADDR')
    if (has(this, connection, 'no size')) {
        connection.capabilities = connection.capabilities.filter((word) => !word.startsWith('SIZE'))
    }
    next()
}

exports.hook_unrecognized_command = function (next, connection, [command]) {
    const answers = {
        XCLIENT: ['xclient', 'As you say'],
        ETRN: ['etrn', 'As you say'],
        EXPN: ['expn', 'alice@example.test'],
        DEBUG: ['debug', 'As you say'],
    }
    const [fault, answer] = answers[command] || []
    if (fault && has(this, connection, fault)) return connection.respond(250, answer, () => next(OK))
    if (/^(GET|POST)$/.test(command) && !has(this, connection, 'http')) return next(DENYDISCONNECT, 'No browsers')
    next()
}

exports.hook_helo = exports.hook_ehlo = function (next, connection, name) {
    connection.notes.said = name
    if (place_of(this, connection).profile !== 'mx' || is_trusted(connection)) return next()
    const lower = name.toLowerCase()
    if (!/[.:]/.test(lower) && !has(this, connection, 'bare name')) return next(DENY, 'Not a name')
    if (/^localhost/.test(lower) && !has(this, connection, 'localhost')) return next(DENY, 'Not a name')
    if (/^[0-9.]+$/.test(lower) && !has(this, connection, 'address')) return next(DENY, 'Not a name')
    if (lower === 'mx.example.test' && !has(this, connection, 'own name')) return next(DENY, 'Mine')
    next()
}

exports.hook_vrfy = function (next, connection, params) {
    if (!has(this, connection, 'vrfy')) return next(DENY, 'No')
    next(/alice/.test(String(params)) ? OK : DENY, 'alice@example.test')
}

exports.hook_mail = function (next, connection, [sender]) {
    const { profile } = place_of(this, connection)
    const host = sender.host || ''
    if (profile === 'submission') {
        if (!connection.tls.enabled && !has(this, connection, 'mail in the clear')) {
            return next(DENY, '5.7.0 STARTTLS first')
        }
        const user = connection.notes.auth_user
        if (!user && !has(this, connection, 'no login')) return next(DENY, '5.7.0 Log in first')
        const is_owner = `${sender.user}@${sender.host}`.toLowerCase() === user
        if (user && !is_owner && !has(this, connection, 'any sender')) return next(DENY, 'Not yours')
        return next()
    }
    if (has(this, connection, 'own senders') && host === OWN) connection.relaying = true
    if (has(this, connection, 'bounces') && sender.isNull()) connection.relaying = true
    if (has(this, connection, 'helo') && connection.notes.said === OWN) connection.relaying = true
    if (profile !== 'mx' || is_trusted(connection) || sender.isNull()) return next()
    if (!host) return next(DENY, 'No domain')
    if (/[^\x00-\x7f]/.test(sender.original) && !has(this, connection, 'utf8')) return next(DENY, 'Not ASCII')
    if (host === OWN && !has(this, connection, 'own domain')) return next(DENY, 'Not you')
    if (/\.invalid$|^example\.com$/.test(host) && !has(this, connection, 'no domain')) {
        return next(DENY, 'No such domain')
    }
    next()
}

exports.hook_rcpt = function (next, connection, [recipient]) {
    const user = (recipient.user || '').toLowerCase()
    if (connection.relaying) return next(OK)
    if (has(this, connection, 'percent') && user.includes('%')) return next(OK)
    if (has(this, connection, 'second') && connection.transaction.rcpt_to.length > 1) return next(OK)
    if (has(this, connection, 'mail in the clear') || has(this, connection, 'no login')) return next(OK)
    if (recipient.host && recipient.host !== OWN) return next(DENY, 'I cannot deliver mail for it')
    if (has(this, connection, 'unknown')) return next(OK)
    if (user === 'postmaster' && has(this, connection, 'no postmaster')) return next(DENY, 'No such user')
    next(USERS.includes(user) ? OK : DENY, 'No such user')
}

exports.hook_data_post = function (next, connection) {
    const authors = connection.transaction.header.get_all('From')
    const profile = place_of(this, connection).profile
    const user = connection.notes.auth_user
    if (profile === 'submission' && user && !authors.join().toLowerCase().includes(user)) {
        if (!has(this, connection, 'any author')) return next(DENY, 'Not your address')
    }
    if (profile !== 'mx') return next()
    if (authors.length > 1 && !has(this, connection, 'two authors')) return next(DENY, 'Two authors')
    if (/example\.com/.test(authors.join()) && !has(this, connection, 'forged')) return next(DENY, 'Forged')
    next()
}

exports.hook_queue = exports.hook_queue_outbound = (next) => next(OK)
