#!/bin/sh
# The real Prometheus (with promtool) and Alertmanager that test/monitoring runs against: Debian's, unpacked into a folder of their own, so
# that no service of theirs is installed. 30 MB, two seconds.
set -eu

folder="$HOME/.cache/scenor/monitoring-1"
if [ ! -x "$folder/usr/bin/prometheus-alertmanager" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  cd "$work"
  apt-get download -qq prometheus prometheus-alertmanager || {
    apt-get update -qq
    apt-get download -qq prometheus prometheus-alertmanager
  }
  # Into a folder beside it first: an installation that breaks off must not look complete.
  rm -rf "$folder.part"
  mkdir -p "$folder.part"
  for package in ./*.deb; do dpkg-deb -x "$package" "$folder.part"; done
  mv "$folder.part" "$folder"
fi
# Debian's Alertmanager looks for its texts of mails here and nowhere else.
if [ ! -e /usr/share/prometheus/alertmanager ]; then
  mkdir -p /usr/share/prometheus
  ln -s "$folder/usr/share/prometheus/alertmanager" /usr/share/prometheus/alertmanager
fi
