# What install.ps1, upgrade.ps1 and uninstall.ps1 share. Windows PowerShell 5.1 and PowerShell 7.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$script:ServiceName = 'ccmtrace'
$script:EventSource = 'ccmtrace'
$script:StopTimeoutMs = 60000

function Get-RegistryValue {
    # One value, or nothing where key or value is not there.
    param([Parameter(Mandatory)][string] $Key, [Parameter(Mandatory)][string] $Name)
    $item = Get-ItemProperty -Path "HKLM:\$Key" -Name $Name -ErrorAction SilentlyContinue
    if ($null -ne $item) { $item.$Name }
}

function Find-CcmLog {
    <#
    .SYNOPSIS
        The logs of every Configuration Manager role on this computer, found from the registry.
    .OUTPUTS
        Objects with Role, Path, HostName and Site, one for each folder, file or pattern to follow.
    #>
    $site = Get-RegistryValue 'SOFTWARE\Microsoft\SMS\Identification' 'Site Code'
    if (-not $site) { $site = Get-RegistryValue 'SOFTWARE\Microsoft\SMS\Mobile Client' 'AssignedSiteCode' }
    $found = New-Object System.Collections.Generic.List[object]
    $add = {
        param($role, $path, $hostName = $env:COMPUTERNAME)
        if ($path) { $found.Add([pscustomobject]@{ Role = $role; Path = $path; HostName = $hostName; Site = $site }) }
    }

    $installed = Get-RegistryValue 'SOFTWARE\Microsoft\SMS\Setup' 'Installation Directory'
    if ($installed -and (Get-Service -Name SMS_SITE_COMPONENT_MANAGER -ErrorAction SilentlyContinue)) {
        $logs = Join-Path $installed 'Logs'
        & $add 'site server' (Join-Path $logs 'CloudMgr.log')
        # The gateway's logs are copied into this folder every few minutes. They were written elsewhere, by another clock.
        $gateways = @(Get-ChildItem -Path (Join-Path $logs 'CMG-*-*.log') -ErrorAction SilentlyContinue |
                ForEach-Object { if ($_.Name -match '^CMG-(.+?)-') { $Matches[1] } } | Sort-Object -Unique)
        foreach ($gateway in $gateways) { & $add 'cloud management gateway' (Join-Path $logs "CMG-$gateway-*.log") $gateway }
        if ($gateways.Count -eq 0) { & $add 'cloud management gateway' (Join-Path $logs 'CMG-*.log') 'CMG' }
    }

    # Components of site systems: each one's tracing key knows its file.
    $components = @{
        'SMS_CLOUD_PROXYCONNECTOR' = 'connection point'
        'SMS_MP_CONTROL_MANAGER' = 'management point'
        'SMS_MP_FILE_DISPATCH_MANAGER' = 'management point'
    }
    foreach ($component in $components.Keys | Sort-Object) {
        & $add $components[$component] (Get-RegistryValue "SOFTWARE\Microsoft\SMS\Tracing\$component" 'TraceFilename')
    }

    # Client and management point write where this key says: SMS_CCM\Logs on a management point, CCM\Logs on a client.
    $folder = Get-RegistryValue 'SOFTWARE\Microsoft\CCM\Logging\@Global' 'LogDirectory'
    if ($folder) {
        $role = if (Test-Path 'HKLM:\SOFTWARE\Microsoft\SMS\MP') { 'management point' } else { 'client' }
        & $add $role $folder
    }
    $setup = Join-Path $env:windir 'ccmsetup\Logs'
    if (Test-Path $setup) { & $add 'client' $setup }

    $found
}

function ConvertTo-YamlText {
    # A YAML string in single quotes, which needs no escapes for backslashes.
    param([Parameter(Mandatory)][AllowEmptyString()][string] $Text)
    "'" + $Text.Replace("'", "''") + "'"
}

function New-CcmtraceConfiguration {
    # The text of a configuration for the logs given: as in config\*.yaml, with the paths of this computer.
    param([Parameter(Mandatory)][object[]] $Logs, [Parameter(Mandatory)][string] $DataFolder)
    $lines = New-Object System.Collections.Generic.List[string]
    $lines.Add("# Written by install.ps1 on $(Get-Date -Format o). Yours to change; an upgrade leaves it alone.")
    $lines.Add('sources:')
    foreach ($log in $Logs) {
        $lines.Add("  # $($log.Role)")
        $lines.Add("  - path: $(ConvertTo-YamlText $log.Path)")
        $lines.Add("    host: $(ConvertTo-YamlText $log.HostName)")
        if ($log.Site) { $lines.Add("    site: $(ConvertTo-YamlText $log.Site)") }
    }
    $lines.Add('store:')
    $lines.Add("  folder: $(ConvertTo-YamlText (Join-Path $DataFolder 'store'))")
    $lines.Add('  maxAgeDays: 30')
    $lines.Add('http:')
    $lines.Add("  listen: '127.0.0.1'")
    $lines.Add('  port: 4319')
    $lines.Add('log:')
    $lines.Add('  format: json')
    $lines -join "`r`n"
}

function Get-LogFolder {
    # The folders of what Find-CcmLog found: rights are given on folders, so that they hold for a log that rolls.
    param([Parameter(Mandatory)][AllowEmptyCollection()][object[]] $Logs)
    $Logs | ForEach-Object { if ($_.Path -match '\.[Ll][Oo][Gg]$') { Split-Path $_.Path } else { $_.Path } } | Sort-Object -Unique
}

function Grant-FolderAccess {
    # The right to read a folder and what is in it, for one account.
    param([Parameter(Mandatory)][string] $Path, [Parameter(Mandatory)][string] $Account)
    Invoke-Native icacls.exe @($Path, '/grant', "${Account}:(OI)(CI)(RX)", '/Q')
}

function Revoke-FolderAccess {
    param([Parameter(Mandatory)][string] $Path, [Parameter(Mandatory)][string] $Account)
    if (Test-Path $Path) { Invoke-Native icacls.exe @($Path, '/remove:g', $Account, '/Q') }
}

function Protect-DataFolder {
    # Only administrators, the system and the service reach store and configuration: they hold device and user ids.
    param([Parameter(Mandatory)][string] $Path, [Parameter(Mandatory)][string] $Account)
    $administrators = '*S-1-5-32-544'
    $system = '*S-1-5-18'
    Invoke-Native icacls.exe @($Path, '/inheritance:r', '/grant:r', "${administrators}:(OI)(CI)(F)", "${system}:(OI)(CI)(F)", "${Account}:(OI)(CI)(M)", '/Q')
}

function Invoke-Native {
    # Runs a program and stops with its output when it fails.
    param([Parameter(Mandatory)][string] $Program, [string[]] $Arguments = @())
    # Words on standard error are no failure by themselves; the exit code tells.
    $ErrorActionPreference = 'Continue'
    $output = & $Program @Arguments 2>&1
    if ($LASTEXITCODE -ne 0) { throw "$Program $($Arguments -join ' ') ended with ${LASTEXITCODE}: $output" }
}

function Register-EventSource {
    if (-not [System.Diagnostics.EventLog]::SourceExists($script:EventSource)) {
        [System.Diagnostics.EventLog]::CreateEventSource($script:EventSource, 'Application')
    }
}

function Unregister-EventSource {
    if ([System.Diagnostics.EventLog]::SourceExists($script:EventSource)) {
        [System.Diagnostics.EventLog]::DeleteEventSource($script:EventSource)
    }
}

function Write-CcmtraceEvent {
    # One entry in the Application log. Ids: 1 installed, 2 upgraded, 3 removed, 4 rolled back.
    param(
        [Parameter(Mandatory)][int] $Id,
        [Parameter(Mandatory)][string] $Message,
        [ValidateSet('Information', 'Warning', 'Error')][string] $Type = 'Information'
    )
    [System.Diagnostics.EventLog]::WriteEntry($script:EventSource, $Message, $Type, $Id)
}

function Install-CcmtraceService {
    <#
    .SYNOPSIS
        Registers the service, which Shawl runs. Shawl does not restart: the service control manager does, and so
        writes every failure to the System log (events 7024 and 7031).
    #>
    param(
        [Parameter(Mandatory)][string] $AppFolder,
        [Parameter(Mandatory)][string] $DataFolder,
        [Parameter(Mandatory)][string] $Account
    )
    $shawl = Join-Path $AppFolder 'shawl.exe'
    $node = Join-Path $AppFolder 'node\win32-x64\node.exe'
    $program = Join-Path $AppFolder 'bin\ccmtrace.js'
    $logs = Join-Path $DataFolder 'logs'
    Invoke-Native $shawl @(
        'add', '--name', $script:ServiceName, '--no-restart', '--stop-timeout', "$script:StopTimeoutMs",
        '--cwd', $DataFolder, '--log-dir', $logs, '--log-cmd-as', 'ccmtrace', '--log-rotate', 'bytes=10485760', '--log-retain', '5',
        '--', $node, $program, 'run', '--config', (Join-Path $DataFolder 'ccmtrace.yaml')
    )
    Invoke-Native sc.exe @('config', $script:ServiceName, 'start=', 'delayed-auto', 'obj=', $Account, 'DisplayName=', 'ccmtrace collector')
    Invoke-Native sc.exe @('description', $script:ServiceName, 'Turns Configuration Manager logs into OpenTelemetry traces.')
    # Own SID, no privilege but the one every process has.
    Invoke-Native sc.exe @('sidtype', $script:ServiceName, 'unrestricted')
    Invoke-Native sc.exe @('privs', $script:ServiceName, 'SeChangeNotifyPrivilege')
    Invoke-Native sc.exe @('failure', $script:ServiceName, 'reset=', '86400', 'actions=', 'restart/10000/restart/60000/restart/300000')
    Invoke-Native sc.exe @('failureflag', $script:ServiceName, '1')
}

function Stop-CcmtraceService {
    $service = Get-Service -Name $script:ServiceName -ErrorAction SilentlyContinue
    if ($null -eq $service -or $service.Status -eq 'Stopped') { return }
    Stop-Service -Name $script:ServiceName
    $service.WaitForStatus('Stopped', [TimeSpan]::FromMilliseconds($script:StopTimeoutMs + 30000))
}

function Start-CcmtraceService {
    Start-Service -Name $script:ServiceName
}

function Test-CcmtraceHealth {
    # True as soon as /healthz answers 200 (the store is open and the program answers; reading what is there may take longer); false when it does not within the time.
    param([string] $Url = 'http://127.0.0.1:4319/healthz', [int] $Seconds = 60)
    $until = (Get-Date).AddSeconds($Seconds)
    while ((Get-Date) -lt $until) {
        try {
            $answer = Invoke-WebRequest -Uri $Url -UseBasicParsing -TimeoutSec 5
            if ($answer.StatusCode -eq 200) { return $true }
        }
        catch {
            Write-Verbose "Not ready yet: $($_.Exception.Message)"
        }
        Start-Sleep -Seconds 2
    }
    return $false
}

function Copy-Application {
    # The unpacked package without the other platform's Node.js, and Shawl beside it.
    param([Parameter(Mandatory)][string] $From, [Parameter(Mandatory)][string] $To, [Parameter(Mandatory)][string] $Shawl)
    New-Item -ItemType Directory -Force -Path $To | Out-Null
    Copy-Item -Path (Join-Path $From '*') -Destination $To -Recurse -Force
    $other = Join-Path $To 'node\linux-x64'
    if (Test-Path $other) { Remove-Item -Path $other -Recurse -Force }
    Copy-Item -Path $Shawl -Destination (Join-Path $To 'shawl.exe') -Force
}

Export-ModuleMember -Function *-*
