#!/usr/bin/env bash
# A certificate authority of your own and a certificate for a domain and all names directly below it, for those without
# Let's Encrypt, and for tests. What is there is kept, so put your own cert.pem and key.pem there if you have them; a certificate
# of this script that ends within 30 days, or is for another domain, is made anew.
#
#   scripts/local-ca.sh FOLDER DOMAIN [HOST…]    ca.pem (to trust on clients), ca-key.pem, cert.pem, key.pem; HOST… are
#                                                further names of the certificate
set -euo pipefail

if [ $# -lt 2 ]; then sed -n '2,/^set /p' "$0" | sed -n 's/^# \{0,1\}//p' >&2; exit 2; fi
folder=$1 domain=$2
shift 2
command -v openssl >/dev/null || { echo "scripts/local-ca.sh: openssl is needed" >&2; exit 1; }
mkdir -p "$folder"
cd "$folder"
umask 077

quietly() { "$@" 2>openssl.log || { cat openssl.log >&2; exit 1; }; rm -f openssl.log; }
is_ours() { [ -e ca.pem ] && openssl verify -CAfile ca.pem cert.pem >/dev/null 2>&1; }
is_good() {
  local host
  openssl x509 -in cert.pem -noout -checkend 2592000 >/dev/null || return
  for host in "any.$domain" "$@"; do openssl x509 -in cert.pem -noout -checkhost "$host" | grep -q 'does match' || return; done
}

if [ -e cert.pem ] && [ -e key.pem ] && { ! is_ours || is_good "$@"; }; then exit; fi
if [ ! -e ca.pem ] || [ ! -e ca-key.pem ]; then
  quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=MCP OAuth Gateway local CA" \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca-key.pem -out ca.pem
fi
quietly openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$domain" -keyout key.pem -out request.pem
names="DNS:$domain,DNS:*.$domain"
for host in "$@"; do names+=",DNS:$host"; done
printf '%s\n' "subjectAltName=$names" basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
  extendedKeyUsage=serverAuth >extensions
# RFC 5280 4.2.1.3, and what browsers accept at most.
quietly openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 397 -extfile extensions -out cert.pem
rm -f request.pem extensions ca.srl
