# A filter for OpenSMTPD (smtpd-filters(7)): refuses messages with a line X-Spam-Flag: YES, and
# passes all others unchanged.
flagged=' '
while IFS= read -r line; do
    case $line in
    'config|ready')
        echo 'register|filter|smtp-in|data-line'
        echo 'register|filter|smtp-in|commit'
        echo 'register|ready'
        ;;
    'filter|'*)
        # filter|version|time|smtp-in|phase|session|token[|text]
        rest=${line#*|*|*|*|}
        phase=${rest%%|*}
        rest=${rest#*|}
        session=${rest%%|*}
        rest=${rest#*|}
        token=${rest%%|*}
        case $phase in
        data-line)
            text=${rest#*|}
            if [ "$text" = 'X-Spam-Flag: YES' ]; then
                flagged="$flagged$session "
            fi
            printf 'filter-dataline|%s|%s|%s\n' "$session" "$token" "$text"
            ;;
        commit)
            case $flagged in
            *" $session "*)
                printf 'filter-result|%s|%s|reject|554 5.7.1 Content refused\n' "$session" "$token"
                # Another message may follow in the session.
                flagged="${flagged%%" $session "*} ${flagged#*" $session "}"
                ;;
            *) printf 'filter-result|%s|%s|proceed\n' "$session" "$token" ;;
            esac
            ;;
        esac
        ;;
    esac
done
