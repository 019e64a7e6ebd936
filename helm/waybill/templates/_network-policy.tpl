{{- define "waybill.networkPolicy" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $ports := list -}}
{{- range splitList "," $values.nats.url -}}
{{- $ports = append $ports (include "waybill.portOf" (dict "url" (trim .) "default" 4222) | int) -}}
{{- end -}}
{{- if ne .name "gateway" -}}{{- $ports = append $ports (int $values.database.port) -}}{{- end -}}
{{- if and (include "waybill.usesStore" .) (eq $values.store.driver "s3") -}}
{{- $ports = append $ports (include "waybill.portOf" (dict "url" $values.store.s3.endpoint "default" (ternary 443 80 (hasPrefix "https" $values.store.s3.endpoint))) | int) -}}
{{- end -}}
{{- if $values.otlpUrl -}}
{{- $ports = append $ports (include "waybill.portOf" (dict "url" $values.otlpUrl "default" (ternary 443 80 (hasPrefix "https" $values.otlpUrl))) | int) -}}
{{- end -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "waybill.fullname" $root }}-{{ .name }}
  labels:
    {{- include "waybill.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "waybill.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if eq .name "gateway" }}
    - ports:
        - { port: 8080, protocol: TCP }
      {{- with $values.networkPolicy.clients }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
    - ports:
        - { port: 9090, protocol: TCP }
      {{- with $values.networkPolicy.monitoring }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
  egress:
    - ports:
        - { port: 53, protocol: UDP }
        - { port: 53, protocol: TCP }
        {{- range uniq $ports }}
        - { port: {{ . }}, protocol: TCP }
        {{- end }}
    {{- if include "waybill.speaksOutside" . }}
    # Receivers of webhooks and the mail server, on whatever port.
    - to:
        {{- toYaml $values.networkPolicy.outside | nindent 8 }}
    {{- end }}
    {{- if and (eq .name "auth") $values.networkPolicy.identityProviders }}
    # Where people sign in elsewhere: the OpenID provider, the LDAP directory.
    - to:
        {{- toYaml $values.networkPolicy.identityProviders | nindent 8 }}
    {{- end }}
    {{- if and (eq .name "publish") $values.networkPolicy.forges }}
    # Where owners prove their names (WAYBILL_FORGES).
    - to:
        {{- toYaml $values.networkPolicy.forges | nindent 8 }}
    {{- end }}
{{- end -}}

{{- define "waybill.portOf" -}}
{{- $host := (urlParse .url).host -}}
{{- $port := regexFind ":[0-9]+$" $host | trimPrefix ":" -}}
{{- default .default $port -}}
{{- end -}}
