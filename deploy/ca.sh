#!/bin/sh
# A certificate authority for trying TLS between services, and certificates for each of them; for production use one that is kept apart.
#   deploy/ca.sh FOLDER NAME[,OTHER-NAME…] …    the authority is made once; each NAME.pem and NAME.key anew, good for 30 days
# Names that are addresses (127.0.0.1) are written as such. A client checks that the server's certificate has the name it was asked by.
set -eu
umask 077
folder=${1:?the folder for the files}
shift
mkdir -p "$folder"
cd "$folder"
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
if [ ! -e ca.pem ]; then
  key ca.key
  openssl req -x509 -new -key ca.key -sha256 -days 365 -subj '/CN=Scenor development authority' \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' -out ca.pem
fi
for names in "$@"; do
  name=${names%%,*}
  alternatives=$(printf '%s' "$names" | tr ',' '\n' | sed -E 's/^[0-9.]+$|^[0-9a-f:]*:[0-9a-f:]*$/IP:&/; t; s/^/DNS:/' | paste -sd, -)
  key "$name.key.new"
  openssl req -new -key "$name.key.new" -subj "/CN=$name" -out "$name.csr"
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=critical,CA:FALSE\n' "$alternatives" > "$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days 30 -extfile "$name.ext" -out "$name.pem.new" 2>/dev/null
  # Renamed together, certificate last: a process that reads in between tries again.
  mv "$name.key.new" "$name.key"
  mv "$name.pem.new" "$name.pem"
  rm "$name.csr" "$name.ext"
done
